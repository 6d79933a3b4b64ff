"""Messages, and the two ways they leave: by a mail server, or into a folder where nothing is sent."""
