//! What a person may decide about an export.

use scope::reference::Addresses;

/// How a catalog is to be written.
#[derive(Debug, Clone)]
pub struct ExportOptions {
    /// Where the server and the API are.
    pub addresses: Addresses,
    /// Whose words stand in the description.
    pub language: String,
    /// Only what OpenAPI itself has words for, without the extension.
    pub is_plain: bool,
    /// A description that is made anew is JSON, not YAML.
    pub as_json: bool,
}
