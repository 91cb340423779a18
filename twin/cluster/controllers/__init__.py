"""What moves the cluster: controllers, the scheduler and the kubelets, driven by changes and by the clock."""
