//! What the repository says of itself.

mod circles;
mod dependencies;
mod deploy_files;
mod docs_paths;
mod first_steps;
mod generated_files;
mod readme;
mod workspace_shape;
