"""What a tenant does otherwise than the contracts say: found in runs and probes, kept in overlays and twins."""
