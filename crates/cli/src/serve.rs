//! `scopegate serve`: the server of a configuration file.

use std::process::ExitCode;
use std::sync::Arc;

use axum::Router;
use server::{App, SystemClock, SystemRandom};
use storage::SqliteStore;
use tokio::net::TcpListener;

use crate::arguments::ServeArguments;
use crate::configuration::Configuration;
use crate::failure::{Failure, Outcome};
use crate::output::print_line;
use crate::shipped;

/// Runs until it is told to stop.
pub fn run(arguments: &ServeArguments) -> Outcome {
    let configuration = Configuration::read(&arguments.config)?;
    runtime()?.block_on(serve(&configuration))
}

async fn serve(configuration: &Configuration) -> Outcome {
    let store = SqliteStore::open(&configuration.database)
        .await
        .map_err(Failure::while_doing(format!(
            "cannot open the database {}",
            configuration.database.display()
        )))?;
    let mut app = App::builder(
        Arc::new(store),
        Arc::new(SystemClock::new()),
        Arc::new(SystemRandom),
    )
    .base_url(&configuration.base_url);
    for realm in &configuration.realms {
        app = app.realm(shipped::catalog(&realm.catalog)?);
    }
    let app = app
        .build()
        .await
        .map_err(Failure::while_doing("cannot start"))?;
    let listener = listen(configuration.listen).await?;
    for realm in app.realms() {
        print_line(&format!("realm {}: issuer {}", realm.id(), realm.issuer()))?;
    }
    let router = server::router(Arc::clone(&app));
    until_stopped(app, listener, router).await
}

/// The asynchronous runtime.
pub fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Failure::while_doing("cannot start the runtime"))
}

/// Binds an address; says what to do when it is taken.
pub async fn listen(address: std::net::SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address)
        .await
        .map_err(Failure::while_doing(format!(
            "cannot listen on {address} (choose another address)"
        )))
}

/// Serves until Ctrl-C or a termination signal, then finishes what is under way.
pub async fn until_stopped(app: Arc<App>, listener: TcpListener, router: Router) -> Outcome {
    let address = listener
        .local_addr()
        .map_err(Failure::while_doing("cannot read the own address"))?;
    print_line(&format!(
        "ready: {} (listening on {address})",
        app.base_url()
    ))?;
    let background = tokio::spawn(Arc::clone(&app).run_background());
    let service = router.into_make_service_with_connect_info::<std::net::SocketAddr>();
    let served = axum::serve(listener, service)
        .with_graceful_shutdown(stop_signal())
        .await;
    background.abort();
    served.map_err(Failure::while_doing("the server stopped"))?;
    Ok(ExitCode::SUCCESS)
}

async fn stop_signal() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let Ok(mut terminate) =
            tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
        else {
            // Without the signal, Ctrl-C is left.
            let _ = interrupt.await;
            return;
        };
        tokio::select! {
            _ = interrupt => {}
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    {
        let _ = interrupt.await;
    }
}
