//! What the programs share.

pub mod federation;
pub mod json;
pub mod links;
pub mod options;

/// Logs to standard error what `RUST_LOG` asks for; warnings if it asks for nothing.
pub fn log_to_stderr() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
}
