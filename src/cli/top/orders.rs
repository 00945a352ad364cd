//! Orders given on the screen, carried out by the commands of the same names, beside it: a stop takes its time.

use std::sync::mpsc::{Receiver, Sender, channel};

use super::model::{Message, Order, Verb};
use crate::cli::command_tasks;
use crate::cli::{Exit, Global, Output, stop};
use crate::supervisor::Request;

/// Orders that are being carried out.
#[derive(Debug)]
pub struct Orders {
    done: Receiver<Message>,
    tell: Sender<Message>,
}

impl Orders {
    /// None yet.
    pub fn new() -> Self {
        let (tell, done) = channel();
        Self { done, tell }
    }

    /// Has one carried out.
    pub fn give(&self, order: Order, global: &Global) {
        let (tell, global) = (self.tell.clone(), global.clone());
        // Nobody is left to be told when the screen is gone.
        std::thread::spawn(move || drop(tell.send(carry_out(&order, &global))));
    }

    /// What came of those that are done.
    pub fn take(&self) -> impl Iterator<Item = Message> {
        self.done.try_iter()
    }
}

fn carry_out(order: &Order, global: &Global) -> Message {
    let mut output = Output::keeping(global);
    let (instance, task) = (order.place.instance(), order.place.task.as_deref());
    let exit = match &order.verb {
        Verb::Stop => stop::run(&stop::Arguments::of(instance), global, &mut output),
        Verb::Restart => {
            let restart = |task| Request::Restart { task: Some(task) };
            let order = command_tasks::Order {
                command: "restart",
                done: "is being restarted",
                request: &restart,
                renews: false,
            };
            command_tasks::run(&instance, task, &order, global, &mut output)
        }
        Verb::Signal(signal) => {
            let send = |task| Request::Signal { task: Some(task), signal: signal.clone() };
            let order =
                command_tasks::Order { command: "signal", done: "was sent the signal", request: &send, renews: false };
            command_tasks::run(&instance, task, &order, global, &mut output)
        }
    };
    let said = output.into_kept();
    let last = said.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default();
    Message { text: last.to_owned(), bad: exit != Exit::Success }
}
