"""The criteria of method 7.5, each as a function of a seed and a judgement over all seeds."""
