"""From predictions to proposals: who, what, why, and what it should bring."""
