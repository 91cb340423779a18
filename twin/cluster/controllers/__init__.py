"""What makes the cluster move: controllers, the scheduler and the kubelets, driven by changes and by the clock."""
