mod faults;
mod file;
mod memory;
mod processes;
mod rows;
