//! The direct links of CLASP's Rust client: as the client keeps them, or by its manager of links
//! directly, which can end a link where the client cannot.

use bytes::Bytes;
use clasp_client::error::Result;
use clasp_client::{Clasp, ClaspBuilder, P2PEvent, P2PManager, RoutingMode, SendResult};
use clasp_core::{signal_address, Message, P2PConfig, P2P_ANNOUNCE};
use std::sync::Arc;
use tokio::sync::mpsc;

/// As many signals wait as in the client.
const SIGNALS: usize = 100;

pub struct Links {
    client: Arc<Clasp>,
    manager: Option<Arc<P2PManager>>,
}

impl Links {
    /// Connects to a router. With a manager of its own, it does what the client does otherwise.
    pub async fn connect(
        builder: ClaspBuilder,
        config: P2PConfig,
        own_manager: bool,
    ) -> Result<Self> {
        if !own_manager {
            let client = Arc::new(builder.p2p_config(config).connect().await?);
            return Ok(Self {
                client,
                manager: None,
            });
        }
        let client = Arc::new(builder.connect().await?);
        let session = client.session_id().unwrap_or_default();
        let (to_send, mut signals) = mpsc::channel(SIGNALS);
        let manager = Arc::new(P2PManager::new(config, to_send));
        manager.set_session_id(session.clone());

        let sender = Arc::clone(&client);
        tokio::spawn(async move {
            while let Some(message) = signals.recv().await {
                if let Message::Publish(signal) = message {
                    let payload = signal.payload.unwrap_or(clasp_core::Value::Null);
                    if let Err(problem) = sender.emit(&signal.address, payload).await {
                        eprintln!("a signal was not sent: {problem}");
                    }
                }
            }
        });

        let receiver = Arc::clone(&manager);
        client
            .subscribe(&signal_address(&session), move |value, address| {
                let (manager, address) = (Arc::clone(&receiver), address.to_string());
                tokio::spawn(async move {
                    if let Err(problem) = manager.handle_signal(&address, &value).await {
                        eprintln!("a signal was not understood: {problem}");
                    }
                });
            })
            .await?;
        let listener = Arc::clone(&manager);
        client
            .subscribe(P2P_ANNOUNCE, move |value, _| {
                listener.handle_announce(&value)
            })
            .await?;
        manager.announce().await?;
        Ok(Self {
            client,
            manager: Some(manager),
        })
    }

    pub fn client(&self) -> &Clasp {
        &self.client
    }

    pub fn on_event(&self, callback: impl Fn(P2PEvent) + Send + Sync + 'static) {
        match &self.manager {
            Some(manager) => manager.on_event(callback),
            None => self.client.on_p2p_event(callback),
        }
    }

    pub async fn connect_to(&self, peer: &str) -> Result<()> {
        match &self.manager {
            Some(manager) => manager.connect_to_peer(peer).await,
            None => self.client.connect_to_peer(peer).await,
        }
    }

    pub async fn send(&self, peer: &str, data: Bytes, reliable: bool) -> Result<SendResult> {
        match &self.manager {
            Some(manager) => manager.send_to_peer(peer, data, reliable).await,
            None => self.client.send_p2p(peer, data, reliable).await,
        }
    }

    pub fn is_connected(&self, peer: &str) -> bool {
        match &self.manager {
            Some(manager) => manager.is_peer_connected(peer),
            None => self.client.is_peer_connected(peer),
        }
    }

    pub fn route(&self, mode: RoutingMode) {
        match &self.manager {
            Some(manager) => manager.set_routing_mode(mode),
            None => self.client.set_p2p_routing_mode(mode),
        }
    }

    /// Ends a link, which takes a manager of its own: the client has no call for it.
    pub async fn disconnect(&self, peer: &str) -> std::result::Result<(), String> {
        match &self.manager {
            Some(manager) => manager
                .disconnect_peer(peer)
                .await
                .map_err(|problem| problem.to_string()),
            None => Err("the client cannot end a link; use --own-manager true".to_string()),
        }
    }
}
