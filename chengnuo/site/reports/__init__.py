"""What the procedure wants computed and shown: compliance (6.2), fairness (2.1), promises, response time, calls."""
