//! Frames.

use super::{Key, Stream, busy, line, press, shown, stats, typed};
use crate::cli::status::StatusReport;
use crate::cli::top::model::{Event, Message, Model};

fn with_output(model: Model) -> Model {
    let place = model.selected.clone().unwrap();
    let lines = (1..=40).map(|number| line(Stream::Stdout, &format!("GET /items/{number} 200")));
    let lines = lines.chain([line(Stream::Stderr, "slow query: 1.2 s")]).collect();
    model.handle(Event::Lines(place, lines)).0
}

#[test]
fn a_wide_screen_has_everything() {
    let (model, _) = press(busy(), &[Key::End, Key::Up, Key::Up, Key::Up, Key::Up]);
    insta::assert_snapshot!(shown(&with_output(model), 110, 34));
}

#[test]
fn a_usual_one_leaves_sparklines_out() {
    insta::assert_snapshot!(shown(&with_output(busy()), 80, 24));
}

#[test]
fn a_small_one_has_the_tree() {
    insta::assert_snapshot!(shown(&busy(), 50, 9));
    // Nothing is too small.
    for (width, height) in [(1, 1), (3, 2), (20, 4), (200, 3), (10, 30)] {
        shown(&busy(), width, height);
        let (help, _) = press(busy(), &typed("?"));
        shown(&help, width, height);
    }
}

#[test]
fn where_nothing_runs_it_says_how_to_begin() {
    let (model, _) = Model::default().handle(Event::Survey(
        StatusReport { jobs: Vec::new() },
        super::StatsReport { time: super::noon(), tasks: Vec::new() },
    ));
    insta::assert_snapshot!(shown(&model, 60, 14));
}

#[test]
fn help_lies_over_it() {
    let (model, _) = press(busy(), &typed("?"));
    insta::assert_snapshot!(shown(&model, 90, 24));
}

#[test]
fn the_last_line_asks_and_tells() {
    let footer = |model: &Model| shown(model, 90, 24).lines().last().unwrap().to_owned();
    let (model, _) = press(busy(), &typed("s"));
    assert_eq!(footer(&model), " stop cache/redis[0]? y: yes, any other key: no");
    let (model, _) = press(busy(), &typed("khu"));
    assert_eq!(
        footer(&model),
        " signal for cache/redis[0]/redis: HU▏  HUP, TERM, USR1 …; Enter sends it, Esc does not"
    );
    let (model, _) = press(busy(), &typed("/web"));
    assert_eq!(footer(&model), " filter: web▏");
    let (model, _) = busy().handle(Event::Told(Message { text: "web is stopped".into(), bad: false }));
    assert_eq!(footer(&model), " web is stopped");
    let held = press(busy(), &typed(" ")).0;
    let held = held.handle(Event::Survey(StatusReport { jobs: Vec::new() }, stats(99))).0;
    assert!(
        shown(&held, 110, 24).lines().next().unwrap().contains("3 jobs   5 tasks running"),
        "{}",
        shown(&held, 110, 24)
    );
    assert!(shown(&held, 110, 24).contains("held"));
}

#[test]
fn output_is_read_back_and_stays_while_more_comes() {
    let (model, _) = press(with_output(busy()), &[Key::PageUp]);
    let before = shown(&model, 80, 24);
    assert!(before.contains("10 lines below"), "{before}");
    let place = model.selected.clone().unwrap();
    let (model, _) = model.handle(Event::Lines(place, vec![line(Stream::Stdout, "new"); 3]));
    let after = shown(&model, 80, 24);
    assert_eq!(before.replace("10 lines", "13 lines"), after);
    let (model, _) = press(model, &[Key::PageDown, Key::PageDown]);
    assert!(shown(&model, 80, 24).contains("│ new"), "{}", shown(&model, 80, 24));
}

#[test]
fn without_colours_the_words_are_the_same() {
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;
    let model = busy();
    let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
    let look = crate::cli::top::view::Look { colors: false };
    terminal.draw(|frame| crate::cli::top::view::view(&model, look, frame)).unwrap();
    let buffer = terminal.backend().buffer();
    assert!(
        buffer
            .content()
            .iter()
            .all(|cell| cell.fg == ratatui::style::Color::Reset && cell.bg == ratatui::style::Color::Reset)
    );
    let colored = super::drawn(&model, 80, 24);
    let symbols = |buffer: &ratatui::buffer::Buffer| {
        buffer.content().iter().map(|cell| cell.symbol().to_owned()).collect::<String>()
    };
    assert_eq!(symbols(buffer), symbols(colored.backend().buffer()));
}
