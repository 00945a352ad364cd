//! What keys and news make of the state, and what is to be done.

use super::{Key, busy, job, line, press, stats, status, typed};
use crate::cli::top::model::{Action, Event, Mode, Model, Order, Verb};
use crate::cli::top::place::Place;
use crate::logs::Stream;

fn at(model: &Model) -> String {
    model.selected.as_ref().map(ToString::to_string).unwrap_or_default()
}

fn server() -> Place {
    Place::job("default", "web").allocation("api", 0).task("server")
}

/// The line of a task of web.
fn on_server() -> Model {
    press(busy(), &[Key::End, Key::Up, Key::Up, Key::Up, Key::Up]).0
}

#[test]
fn the_first_task_that_runs_is_selected_and_followed() {
    let (model, actions) = Model::default().handle(Event::Survey(status(), stats(0)));
    assert_eq!(at(&model), "cache/redis[0]/redis");
    assert_eq!(actions, [Action::Follow(model.selected.clone().unwrap())]);
}

#[test]
fn lines_are_selected_and_their_output_followed() {
    let (model, actions) = press(busy(), &[Key::Home]);
    assert_eq!((&*at(&model), actions.len()), ("cache", 1));
    let (model, actions) = press(model, &[Key::Up]);
    assert_eq!((&*at(&model), actions.len()), ("cache", 0));
    let (model, _) = press(model, &[Key::Down, Key::Down, Key::Down, Key::Down, Key::Down]);
    assert_eq!(at(&model), "nightly/g[0]/import");
    let (model, actions) = press(model, &[Key::End, Key::Down]);
    assert_eq!((&*at(&model), actions), ("web/api[1]/log", vec![Action::Follow(model.selected.clone().unwrap())]));
    assert_eq!(at(&on_server()), "web/api[0]/server");
}

#[test]
fn what_is_gone_gives_the_selection_to_what_it_was_in_or_what_was_near() {
    let mut now = status();
    now.jobs[2].allocations.pop();
    let (model, _) = press(busy(), &[Key::End]);
    let (model, actions) = model.handle(Event::Survey(now.clone(), stats(91)));
    assert_eq!((&*at(&model), actions.len()), ("web", 1));
    now.jobs.pop();
    let (model, _) = model.handle(Event::Survey(now.clone(), stats(92)));
    assert_eq!(at(&model), "nightly/g[0]/import");
    assert!(model.history.keys().all(|place| place.job != "web"), "nothing is kept of what is gone");
    now.jobs.clear();
    let (model, actions) = model.handle(Event::Survey(now, stats(93)));
    assert_eq!((at(&model), actions), (String::new(), Vec::new()));
    let (model, _) = press(model, &[Key::Up, Key::Down, Key::End, Key::Char('s'), Key::Char('k'), Key::Char('e')]);
    assert_eq!(model.mode, Mode::Commands);
}

#[test]
fn the_filter_keeps_what_is_around_what_fits() {
    let (model, _) = press(busy(), &typed("/API[1]"));
    let names: Vec<String> = model.shown().iter().map(|row| row.place.to_string()).collect();
    assert_eq!(names, ["web", "web/api[1]", "web/api[1]/server", "web/api[1]/log"]);
    assert_eq!(at(&model), "web/api[1]/server");
    let (model, _) = press(model, &[Key::Backspace, Key::Enter]);
    assert_eq!((&*model.filter, &model.mode), ("API[1", &Mode::Commands));
    let (model, _) = press(model, &[Key::Escape]);
    assert_eq!((&*model.filter, model.shown().len()), ("", 13));
    let (model, _) = press(model, &typed("/nothing like it"));
    assert_eq!((at(&model), model.shown().len()), (String::new(), 0));
}

#[test]
fn stop_and_restart_are_asked_for_twice() {
    let (model, actions) = press(on_server(), &typed("s"));
    let order = Order { verb: Verb::Stop, place: server().without_task() };
    assert_eq!((model.mode.clone(), actions.len()), (Mode::Confirm(order.clone()), 0));
    let (no, actions) = press(model.clone(), &typed("x"));
    assert_eq!((no.mode, actions.len()), (Mode::Commands, 0));
    let (yes, actions) = press(model, &typed("y"));
    assert_eq!((yes.mode, actions), (Mode::Commands, vec![Action::Order(order)]));
    let (_, actions) = press(on_server(), &typed("ry"));
    assert_eq!(actions, [Action::Order(Order { verb: Verb::Restart, place: server() })]);
}

#[test]
fn signals_are_typed() {
    let mut keys = typed("kusr2");
    keys.extend([Key::Backspace, Key::Char('1'), Key::Enter]);
    let (_, actions) = press(on_server(), &keys);
    assert_eq!(actions, [Action::Order(Order { verb: Verb::Signal("SIGUSR1".into()), place: server() })]);
    let (model, actions) = press(on_server(), &[typed("knone"), vec![Key::Enter]].concat());
    assert!(actions.is_empty());
    assert_eq!(model.message.unwrap().text, "\"NONE\" is no signal of this kernel");
    let (model, actions) = press(on_server(), &[typed("kterm"), vec![Key::Escape]].concat());
    assert_eq!((model.mode, actions.len()), (Mode::Commands, 0));
}

#[test]
fn a_shell_is_for_tasks_that_run() {
    assert_eq!(press(on_server(), &typed("e")).1, [Action::Shell(server())]);
    let (model, actions) = press(busy(), &[Key::Home, Key::Char('e')]);
    assert_eq!(actions.len(), 1, "{actions:?}");
    assert!(model.message.unwrap().bad);
}

#[test]
fn it_is_left_and_suspended_from_everywhere() {
    for before in ["", "/", "k", "s", "?"] {
        let (model, _) = press(on_server(), &typed(before));
        assert_eq!(press(model.clone(), &[Key::Interrupt]).1, [Action::Quit], "{before}");
        assert_eq!(press(model, &[Key::Suspend]).1, [Action::Suspend], "{before}");
    }
    assert_eq!(press(on_server(), &typed("q")).1, [Action::Quit]);
    assert_eq!(press(on_server(), &typed("/q")).0.filter, "q");
}

#[test]
fn lines_of_others_come_too_late() {
    let other = Place::job("default", "cache");
    let (model, _) = on_server().handle(Event::Lines(other, vec![line(Stream::Stdout, "late")]));
    assert!(model.lines.is_empty());
    let many = vec![line(Stream::Stdout, "x"); 5000];
    let (model, _) = model.handle(Event::Lines(server(), many));
    assert_eq!(model.lines.len(), 2000);
}

#[test]
fn jobs_of_other_namespaces_are_told_apart() {
    let mut now = status();
    let mut twin = job("web", "service", "running", Vec::new());
    twin.namespace = "prod".to_owned();
    now.jobs.push(twin);
    let (model, _) = busy().handle(Event::Survey(now, stats(91)));
    assert_eq!(model.rows.last().unwrap().name, "web  (prod)");
    assert!(model.rows.last().unwrap().load.is_none());
}
