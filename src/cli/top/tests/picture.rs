//! The picture of the README, drawn from a frame: `JOBCTL_BLESS=1 cargo test --lib the_picture` makes it anew.

use std::fmt::Write;
use std::path::Path;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

use super::{Key, Stream, busy, drawn, line, press};
use crate::cli::top::model::Event;

const WIDTH: u16 = 108;
const HEIGHT: u16 = 32;
/// Of a cell, in pixels.
const ACROSS: f64 = 8.4;
const DOWN: f64 = 18.0;
const MARGIN: f64 = 14.0;

/// A frame as SVG: boxes and bars as shapes, so that they meet whatever the font; all else as text.
fn svg(buffer: &Buffer) -> String {
    let (width, height) = (f64::from(buffer.area.width) * ACROSS, f64::from(buffer.area.height) * DOWN);
    let (whole_width, whole_height) = (width + 2.0 * MARGIN, height + 2.0 * MARGIN);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {whole_width:.0} {whole_height:.0}\" \
         font-family=\"ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace\" font-size=\"14\">\n\
         <title>jobctl top</title>\n<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#16181d\"/>\n"
    );
    for (row, cells) in buffer.content().chunks(usize::from(buffer.area.width)).enumerate() {
        let top = MARGIN + f64::from(u16::try_from(row).unwrap()) * DOWN;
        let mut column = 0;
        while column < cells.len() {
            let first = &cells[column];
            let alike = |cell: &&Cell| {
                cell.style() == first.style() && shape(cell.symbol()) == shape(first.symbol()) && !shape(first.symbol())
            };
            let length = cells[column..].iter().take_while(alike).count().max(1);
            run(
                &mut out,
                MARGIN + f64::from(u16::try_from(column).unwrap()) * ACROSS,
                top,
                &cells[column..column + length],
            );
            column += length;
        }
    }
    out + "</svg>\n"
}

/// Whether it is drawn and not written.
fn shape(symbol: &str) -> bool {
    symbol.chars().all(|letter| matches!(letter, '▁'..='█' | '─' | '│' | '╭' | '╮' | '╰' | '╯'))
}

fn run(out: &mut String, left: f64, top: f64, cells: &[Cell]) {
    let first = &cells[0];
    let width = f64::from(u16::try_from(cells.len()).unwrap()) * ACROSS;
    if let Some(fill) = color(first.bg) {
        let _ = writeln!(
            out,
            "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{:.1}\" height=\"{DOWN}\" fill=\"{fill}\"/>",
            width + 0.2
        );
    }
    let text: String = cells.iter().map(Cell::symbol).collect();
    if text.trim().is_empty() {
        return;
    }
    let ink = color(first.fg).unwrap_or("#d7dae0");
    let (middle, centre, right, bottom) = (left + ACROSS / 2.0, top + DOWN / 2.0, left + ACROSS, top + DOWN);
    let mut path = |d: String| {
        let _ = writeln!(out, "<path d=\"{d}\" stroke=\"{ink}\" fill=\"none\"/>");
    };
    match text.chars().next().unwrap_or(' ') {
        '─' => path(format!("M{left:.1} {centre:.1}H{right:.1}")),
        '│' => path(format!("M{middle:.1} {top:.1}V{bottom:.1}")),
        '╭' => path(format!("M{middle:.1} {bottom:.1}Q{middle:.1} {centre:.1} {right:.1} {centre:.1}")),
        '╮' => path(format!("M{middle:.1} {bottom:.1}Q{middle:.1} {centre:.1} {left:.1} {centre:.1}")),
        '╰' => path(format!("M{middle:.1} {top:.1}Q{middle:.1} {centre:.1} {right:.1} {centre:.1}")),
        '╯' => path(format!("M{middle:.1} {top:.1}Q{middle:.1} {centre:.1} {left:.1} {centre:.1}")),
        bar @ '▁'..='█' => {
            let eighths = f64::from(u32::from(bar) - 0x2580) / 8.0;
            let (y, height) = (bottom - eighths * DOWN, eighths * DOWN);
            let _ = writeln!(
                out,
                "<rect x=\"{left:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{height:.1}\" fill=\"{ink}\"/>",
                ACROSS - 0.9
            );
        }
        _ => {
            let weight = if first.modifier.contains(Modifier::BOLD) { " font-weight=\"bold\"" } else { "" };
            let begin = text.chars().take_while(|letter| *letter == ' ').count();
            let x = left + f64::from(u16::try_from(begin).unwrap()) * ACROSS;
            let text = text.trim();
            let length = f64::from(u16::try_from(text.chars().count()).unwrap()) * ACROSS;
            let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            let _ = writeln!(
                out,
                "<text x=\"{x:.1}\" y=\"{:.1}\" fill=\"{ink}\"{weight} textLength=\"{length:.1}\" xml:space=\"preserve\">{escaped}</text>",
                bottom - 5.0
            );
        }
    }
}

fn color(color: Color) -> Option<&'static str> {
    Some(match color {
        Color::Red => "#ff6b6b",
        Color::Green => "#7bd88f",
        Color::Yellow => "#f5c864",
        Color::Blue => "#6ca8ff",
        Color::Cyan => "#5ccfe6",
        Color::DarkGray => "#7a818e",
        Color::Indexed(237) => "#2d323c",
        _ => return None,
    })
}

#[test]
fn the_picture_of_the_readme_is_fresh() {
    let (model, _) = press(busy(), &[Key::End, Key::Up, Key::Up, Key::Up, Key::Up]);
    let lines = [
        (Stream::Stdout, "listening on 127.0.0.1:8080"),
        (Stream::Stdout, "GET  /                 200    1.2 ms"),
        (Stream::Stdout, "GET  /items            200    8.4 ms"),
        (Stream::Stdout, "POST /items            201   12.9 ms"),
        (Stream::Stderr, "slow query: 184 ms: select * from items order by created"),
        (Stream::Stdout, "GET  /items/42         200    2.0 ms"),
        (Stream::Stdout, "GET  /items/43         404    0.4 ms"),
    ];
    let lines = lines.map(|(stream, text)| line(stream, text)).to_vec();
    let place = model.selected.clone().unwrap();
    let (model, _) = model.handle(Event::Lines(place, lines));
    let terminal = drawn(&model, WIDTH, HEIGHT);
    let picture = svg(terminal.backend().buffer());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/top.svg");
    if std::env::var_os("JOBCTL_BLESS").is_some() {
        std::fs::write(&path, &picture).unwrap();
    }
    let have = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(have == picture, "docs/top.svg is stale: run the tests with JOBCTL_BLESS=1");
}
