"""The forms of one mediation's file (卷宗), each a module of its own, all drawn from one value (case.py)."""
