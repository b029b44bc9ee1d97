//! What an issuer tells becomes what a gate decides by.
