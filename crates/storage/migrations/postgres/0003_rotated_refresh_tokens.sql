-- Rotated refresh tokens that do not expire go after a time: finds the oldest. Those that expire
-- are found by refresh_tokens_expiry and cost nothing here.
CREATE INDEX refresh_tokens_rotated ON refresh_tokens (rotated_at)
    WHERE rotated_at IS NOT NULL AND expires_at IS NULL;
