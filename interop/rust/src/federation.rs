//! A router that is the leaf of another, its hub: CLASP's `clasp-federation` keeps the link to the hub
//! and tells what comes over it. The crate leaves it to its user to apply that to the router; this is
//! done here as CLASP's relay 4.5.0 does it (`deploy/relay/src/federation.rs`, which is in no crate),
//! revisions included, so that the tests see what its users see.

use clasp_core::{codec, Message, SetMessage, SignalType};
use clasp_federation::{FederationConfig, FederationManager, FederationMode, LinkEvent};
use clasp_router::Router;
use clasp_transport::{Transport, WebSocketTransport};
use std::sync::Arc;
use std::time::Duration;
use tracing::{debug, error, warn};

/// A hub may come later, or come back.
const RECONNECT: Duration = Duration::from_millis(100);

/// Makes a router the leaf of a hub, for addresses that match its namespaces; does not return.
pub async fn follow(router: Arc<Router>, hub: String, namespaces: Vec<String>) {
    let mut manager = FederationManager::new(FederationConfig {
        mode: FederationMode::Leaf {
            hub_endpoint: hub.clone(),
        },
        owned_namespaces: namespaces,
        reconnect_delay: RECONNECT,
        ..FederationConfig::default()
    });
    let Some(mut events) = manager.take_event_receiver() else {
        error!("the events of the federation are taken");
        return;
    };
    let apply = async {
        while let Some(event) = events.recv().await {
            manager.process_event(&event).await;
            take(&router, event);
        }
    };
    let connect = async {
        loop {
            match WebSocketTransport::connect(&hub).await {
                Ok((sender, receiver)) => {
                    let link = manager.create_link(Arc::new(sender));
                    if let Err(problem) = link.run(Box::new(receiver)).await {
                        warn!("the link to the hub has ended: {problem}");
                    }
                }
                Err(problem) => debug!("no link to the hub: {problem}"),
            }
            tokio::time::sleep(RECONNECT).await;
        }
    };
    tokio::join!(apply, connect);
}

fn take(router: &Router, event: LinkEvent) {
    let (_, _, state) = router.shared_state();
    match event {
        LinkEvent::RemoteSet {
            address,
            value,
            revision,
            origin,
        } => {
            // The hub's revision is what the leaf takes for the one that the writer expects.
            match state.set(
                &address,
                value.clone(),
                &origin,
                revision,
                false,
                false,
                None,
            ) {
                Ok(revision) => {
                    let set = Message::Set(SetMessage {
                        address: address.clone(),
                        value,
                        revision: Some(revision),
                        lock: false,
                        unlock: false,
                        ttl: None,
                    });
                    tell(router, &address, SignalType::Param, &set);
                }
                Err(problem) => debug!("a value of the hub is not taken: {address}: {problem:?}"),
            }
        }
        LinkEvent::RemotePublish { message, .. } => {
            if let Message::Publish(ref publish) = message {
                let signal = publish.signal.unwrap_or(SignalType::Event);
                tell(router, &publish.address, signal, &message);
            }
        }
        _ => {}
    }
}

/// Sends a message to the sessions that have subscribed to an address.
fn tell(router: &Router, address: &str, signal: SignalType, message: &Message) {
    let (sessions, subscriptions, _) = router.shared_state();
    let Ok(bytes) = codec::encode(message) else {
        return;
    };
    for subscriber in subscriptions.find_subscribers(address, Some(signal)) {
        if let Some(session) = sessions.get(&subscriber) {
            // One that does not keep up misses it, as everywhere in the router.
            let _ = session.value().try_send(bytes.clone());
        }
    }
}
