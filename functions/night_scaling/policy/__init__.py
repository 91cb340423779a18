"""What night scaling decides, pure: facts, policy and the time in; plans, reasons and words out."""
