//! The state of the screen → a frame. Decides nothing and keeps nothing.

use std::collections::VecDeque;

use ratatui::Frame;
use ratatui::layout::{Alignment, Constraint, Layout, Rect};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{
    Block, BorderType, Cell, Clear, Padding, Paragraph, Row as TableRow, Sparkline, Table, TableState,
};

use super::model::{LogLine, Mode, Model};
use super::row::{Load, Row};
use crate::cli::stats_view::size;
use crate::logs::Stream;

/// Height from which on the selected line has its own charts.
const WITH_CHARTS: u16 = 22;
/// Height from which on output is shown.
const WITH_LOGS: u16 = 12;
/// Width from which on lines have sparklines.
const WITH_SPARKS: u16 = 84;
/// Width from which on lines say how long they have run.
const WITH_AGE: u16 = 64;
/// How wide a sparkline in a line is.
const SPARK: usize = 12;
/// The eighths of a cell.
const EIGHTHS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

const KEYS: [(&str, &str); 11] = [
    ("↑ ↓ Home End", "select a line"),
    ("PageUp PageDown", "back and on in the output"),
    ("s", "stop the job, or the allocation the line is in"),
    ("r", "restart its tasks"),
    ("k", "send a signal to its tasks"),
    ("e", "a shell in the task; leave it with exit"),
    ("/ or f", "show only what has a text in its name; Esc shows all"),
    ("space or p", "hold the picture, and let it go on"),
    ("? or h", "this"),
    ("Ctrl-Z", "suspend"),
    ("q or Ctrl-C", "leave; jobs go on"),
];

/// How things look. Without colours, the words say the same.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Whether there are colours.
    pub colors: bool,
}

impl Look {
    fn fg(self, color: Color) -> Style {
        if self.colors { Style::new().fg(color) } else { Style::new() }
    }

    fn dim(self) -> Style {
        if self.colors { Style::new().fg(Color::DarkGray) } else { Style::new().add_modifier(Modifier::DIM) }
    }

    fn title(self) -> Style {
        self.fg(Color::Cyan).add_modifier(Modifier::BOLD)
    }

    fn selected(self) -> Style {
        if self.colors {
            Style::new().bg(Color::Indexed(237)).add_modifier(Modifier::BOLD)
        } else {
            Style::new().add_modifier(Modifier::REVERSED)
        }
    }

    fn state(self, row: &Row) -> Style {
        match &*row.state {
            _ if row.bad => self.fg(Color::Red).add_modifier(Modifier::BOLD),
            "running" => self.fg(Color::Green),
            "pending" | "starting" => self.fg(Color::Yellow),
            _ => self.dim(),
        }
    }
}

/// Shows everything.
pub fn view(model: &Model, look: Look, frame: &mut Frame<'_>) {
    let area = frame.area();
    let rows = model.shown();
    let charts = if area.height >= WITH_CHARTS { 5 } else { 0 };
    let logs = if area.height >= WITH_LOGS { Constraint::Fill(1) } else { Constraint::Length(0) };
    // As high as needed, but no more than half.
    let wanted = u16::try_from(rows.len()).unwrap_or(u16::MAX).saturating_add(3);
    let tree = if area.height >= WITH_LOGS {
        Constraint::Length(wanted.clamp(5, (area.height / 2).max(5)))
    } else {
        Constraint::Fill(1)
    };
    let parts =
        Layout::vertical([Constraint::Length(1), tree, Constraint::Length(charts), logs, Constraint::Length(1)]);
    let [header, tree, chart, logs, footer] = parts.areas(area);
    frame.render_widget(header_line(model, look, header.width), header);
    show_tree(model, &rows, look, frame, tree);
    if charts > 0 {
        show_charts(model, look, frame, chart);
    }
    show_logs(model, look, frame, logs);
    frame.render_widget(footer_line(model, look), footer);
    if model.mode == Mode::Help {
        show_help(look, frame, area);
    }
}

fn header_line<'a>(model: &Model, look: Look, width: u16) -> Paragraph<'a> {
    let jobs: Vec<&Row> = model.rows.iter().filter(|row| row.depth() == 0).collect();
    let running = model.rows.iter().filter(|row| row.is_running_task()).count();
    let (cpu, memory) = jobs
        .iter()
        .filter_map(|row| row.load)
        .fold((0.0, 0), |(cpu, memory), load| (cpu + load.cpu, memory + load.memory));
    let plural = |count: usize| if count == 1 { "" } else { "s" };
    let mut spans = vec![
        Span::styled(" jobctl top ", look.title()),
        Span::raw(format!(
            "  {} job{}   {running} task{} running   CPU {cpu:.1} %   memory {}",
            jobs.len(),
            plural(jobs.len()),
            plural(running),
            size(memory)
        )),
    ];
    if model.paused {
        spans.push(Span::styled("   held", look.fg(Color::Yellow).add_modifier(Modifier::BOLD)));
    }
    let time = model.time.strftime("%H:%M:%S UTC ").to_string();
    let line = Line::from(spans);
    let room = usize::from(width).saturating_sub(line.width() + time.len());
    let mut line = line;
    if room > 0 {
        line.push_span(Span::raw(" ".repeat(room)));
        line.push_span(Span::styled(time, look.dim()));
    }
    Paragraph::new(line)
}

fn block<'a>(title: String, look: Look) -> Block<'a> {
    Block::bordered()
        .border_type(BorderType::Rounded)
        .border_style(look.dim())
        .padding(Padding::horizontal(1))
        .title(Span::styled(title, look.title()))
}

fn show_tree(model: &Model, rows: &[Row], look: Look, frame: &mut Frame<'_>, area: Rect) {
    let title = if model.filter.is_empty() { " Jobs ".to_owned() } else { format!(" Jobs with {:?} ", model.filter) };
    let sparks = area.width >= WITH_SPARKS;
    let age = area.width >= WITH_AGE;
    let mut header = vec!["", "STATE", "RESTARTS", "CPU %"];
    let mut widths = vec![Constraint::Fill(1), Constraint::Length(9), Constraint::Length(8), Constraint::Length(7)];
    let spark = Constraint::Length(u16::try_from(SPARK).unwrap_or(12));
    if sparks {
        header.push("");
        widths.push(spark);
    }
    header.push("MEMORY");
    widths.push(Constraint::Length(10));
    if sparks {
        header.push("");
        widths.push(spark);
    }
    if age {
        header.extend(["PIDS", "UP"]);
        widths.extend([Constraint::Length(5), Constraint::Length(6)]);
    }
    let right = |text: String| Cell::from(Line::from(text).alignment(Alignment::Right));
    let header: Vec<Cell<'_>> = header
        .into_iter()
        .enumerate()
        .map(|(column, text)| if column < 2 { Cell::from(text) } else { right(text.to_owned()) })
        .collect();
    let table_rows = rows.iter().map(|row| {
        let load = row.load;
        let history = model.history.get(&row.place);
        let shown = |value: Option<String>| right(value.unwrap_or_default());
        let mut cells = vec![
            Cell::from(format!("{}{}", "  ".repeat(row.depth()), row.name)).style(name_style(row)),
            Cell::from(row.state.clone()).style(look.state(row)),
            right(if row.restarts > 0 { row.restarts.to_string() } else { String::new() }),
            shown(load.map(|load| format!("{:.1}", load.cpu))),
        ];
        if sparks {
            cells.push(Cell::from(spark_of(history, |load| load.cpu, 100.0)).style(look.fg(Color::Green)));
        }
        cells.push(shown(load.map(|load| size(load.memory))));
        if sparks {
            cells.push(Cell::from(spark_of(history, memory, 0.0)).style(look.fg(Color::Blue)));
        }
        if age {
            cells.push(shown(load.map(|load| load.pids.to_string())));
            cells.push(shown(row.started.map(|started| up(model.time.duration_since(started).as_secs()))));
        }
        TableRow::new(cells)
    });
    let table = Table::new(table_rows.collect::<Vec<_>>(), widths)
        .header(TableRow::new(header).style(look.dim()))
        .row_highlight_style(look.selected())
        .block(block(title, look));
    let selected = rows.iter().position(|row| Some(&row.place) == model.selected.as_ref());
    frame.render_stateful_widget(table, area, &mut TableState::default().with_selected(selected));
    if rows.is_empty() {
        let inner = area.inner(ratatui::layout::Margin { horizontal: 2, vertical: 2 });
        let text =
            if model.filter.is_empty() { "nothing has been run yet: jobctl run FILE" } else { "nothing is called so" };
        frame.render_widget(Paragraph::new(text).style(look.dim()), inner);
    }
}

fn name_style(row: &Row) -> Style {
    if row.depth() == 0 { Style::new().add_modifier(Modifier::BOLD) } else { Style::new() }
}

#[expect(clippy::cast_precision_loss, reason = "an eighth of a line is shown")]
fn memory(load: &Load) -> f64 {
    load.memory as f64
}

/// The newest measurements as eighths of a line. The largest, and no less than `full`, leaves a quarter of it free, so that lines
/// below each other stay apart.
fn spark_of(history: Option<&VecDeque<Load>>, value: impl Fn(&Load) -> f64, full: f64) -> String {
    let newest: Vec<f64> = history.into_iter().flatten().rev().take(SPARK).map(value).collect();
    let most = newest.iter().copied().fold(full, f64::max);
    let eighth = |value: f64| {
        let eighths = if most > 0.0 { (value / most * 6.0).ceil() } else { 0.0 };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 8")]
        let index = eighths.clamp(0.0, 8.0) as usize;
        EIGHTHS[index]
    };
    let text: String = newest.iter().rev().map(|value| eighth(*value)).collect();
    format!("{text:>SPARK$}")
}

/// `59s`, `3m`, `5h`, `12d`
fn up(seconds: i64) -> String {
    match seconds {
        ..0 => String::new(),
        0..60 => format!("{seconds}s"),
        60..3600 => format!("{}m", seconds / 60),
        3600..86_400 => format!("{}h", seconds / 3600),
        _ => format!("{}d", seconds / 86_400),
    }
}

fn show_charts(model: &Model, look: Look, frame: &mut Frame<'_>, area: Rect) {
    let halves = Layout::horizontal([Constraint::Fill(1), Constraint::Fill(1)]).areas::<2>(area);
    let history = model.selected.as_ref().and_then(|place| model.history.get(place));
    let now = model.row().and_then(|row| row.load);
    let cpu = now.map_or(" CPU ".to_owned(), |load| format!(" CPU {:.1} % ", load.cpu));
    let memory = now.map_or(" Memory ".to_owned(), |load| format!(" Memory {} ", size(load.memory)));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a tenth of a percent is shown")]
    let tenths = |load: &Load| (load.cpu.max(0.0) * 10.0) as u64;
    let bytes = |load: &Load| load.memory;
    chart(history, &tenths, 1000, cpu, Color::Green, look, frame, halves[0]);
    chart(history, &bytes, 0, memory, Color::Blue, look, frame, halves[1]);
}

#[expect(clippy::too_many_arguments, reason = "a chart and where it goes")]
fn chart(
    history: Option<&VecDeque<Load>>,
    value: &dyn Fn(&Load) -> u64,
    full: u64,
    title: String,
    color: Color,
    look: Look,
    frame: &mut Frame<'_>,
    area: Rect,
) {
    let width = usize::from(area.width.saturating_sub(4));
    let newest: Vec<u64> = history.into_iter().flatten().rev().take(width).map(value).collect();
    // The newest stands at the right.
    let mut data = vec![0; width.saturating_sub(newest.len())];
    data.extend(newest.iter().rev());
    let most = data.iter().copied().max().unwrap_or_default().max(full).max(1);
    let chart = Sparkline::default().data(data).max(most).style(look.fg(color)).block(block(title, look));
    frame.render_widget(chart, area);
}

fn show_logs(model: &Model, look: Look, frame: &mut Frame<'_>, area: Rect) {
    if area.height < 3 {
        return;
    }
    let height = usize::from(area.height - 2);
    let end = model.lines.len() - model.scrolled.min(model.lines.len());
    let shown = model.lines.iter().take(end).skip(end.saturating_sub(height));
    let lines: Vec<Line<'_>> = shown.map(|line| log_line(line, look)).collect();
    let title = match &model.selected {
        Some(place) => format!(" Output of {place} "),
        None => " Output ".to_owned(),
    };
    let mut block = block(title, look);
    if model.scrolled > 0 {
        let text = format!(" {} lines below: PageDown ", model.scrolled);
        block = block.title_bottom(Line::from(text).alignment(Alignment::Right));
    }
    if let Some(row) = model.row().filter(|row| !row.details.is_empty()) {
        block =
            block.title(Line::from(Span::styled(format!(" {} ", row.details), look.dim())).alignment(Alignment::Right));
    }
    let empty = lines.is_empty();
    let text = if empty { vec![Line::from(Span::styled("nothing was written", look.dim()))] } else { lines };
    frame.render_widget(Paragraph::new(text).block(block), area);
}

fn log_line(line: &LogLine, look: Look) -> Line<'_> {
    let style = if line.stream == Stream::Stderr { look.fg(Color::Yellow) } else { Style::new() };
    let mut spans = Vec::new();
    if !line.who.is_empty() {
        spans.push(Span::styled(format!("{} | ", line.who), look.fg(Color::Cyan)));
    }
    spans.push(Span::styled(line.text.as_str(), style));
    Line::from(spans)
}

fn footer_line(model: &Model, look: Look) -> Paragraph<'_> {
    let strong = Style::new().add_modifier(Modifier::BOLD);
    let line = match &model.mode {
        Mode::Filter => Line::from(vec![Span::styled(" filter: ", strong), Span::raw(&*model.filter), Span::raw("▏")]),
        Mode::Signal(name) => {
            let place = model.selected.as_ref().map(ToString::to_string).unwrap_or_default();
            Line::from(vec![
                Span::styled(format!(" signal for {place}: "), strong),
                Span::raw(&**name),
                Span::styled("▏  HUP, TERM, USR1 …; Enter sends it, Esc does not", look.dim()),
            ])
        }
        Mode::Confirm(order) => Line::from(Span::styled(
            format!(" {order}? y: yes, any other key: no"),
            look.fg(Color::Yellow).add_modifier(Modifier::BOLD),
        )),
        Mode::Commands | Mode::Help => match &model.message {
            Some(message) if message.bad => Line::from(Span::styled(format!(" {}", message.text), look.fg(Color::Red))),
            Some(message) => Line::from(format!(" {}", message.text)),
            None => keys_line(look),
        },
    };
    Paragraph::new(line)
}

fn keys_line<'a>(look: Look) -> Line<'a> {
    let keys = [
        ("↑↓", "select"),
        ("s", "stop"),
        ("r", "restart"),
        ("k", "signal"),
        ("e", "shell"),
        ("/", "filter"),
        ("?", "help"),
        ("q", "quit"),
    ];
    let spans = keys.iter().flat_map(|(key, what)| {
        [Span::styled(format!(" {key} "), look.title()), Span::styled(format!("{what} "), look.dim())]
    });
    Line::from(spans.collect::<Vec<_>>())
}

fn show_help(look: Look, frame: &mut Frame<'_>, area: Rect) {
    let height = u16::try_from(KEYS.len()).unwrap_or(u16::MAX) + 2;
    let (width, height) = (area.width.min(76), area.height.min(height));
    let place = Rect::new((area.width - width) / 2, (area.height - height) / 2, width, height);
    let lines: Vec<Line<'_>> = KEYS
        .iter()
        .map(|(keys, what)| Line::from(vec![Span::styled(format!("{keys:<17}"), look.title()), Span::raw(*what)]))
        .collect();
    frame.render_widget(Clear, place);
    frame.render_widget(Paragraph::new(lines).block(block(" Keys ".to_owned(), look)), place);
}
