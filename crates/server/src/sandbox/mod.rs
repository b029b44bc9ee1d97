//! A sandbox of the API, behind the same door a real one stands behind.
