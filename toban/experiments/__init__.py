"""What `toban chaos` prints of experiments: answers, dry runs, reports, and a schedule's closed stretches."""
