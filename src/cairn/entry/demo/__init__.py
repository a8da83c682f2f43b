"""The demonstration: made-up people live through the whole journey on real data, by the same services and pages as everybody else."""
