"""Who shares masts with whom: the identity of positions, and every sharing ratio."""
