//! Colours on a terminal. They never carry meaning alone: without them the text says the same.

/// A colour, or the lack of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Color {
    /// What comes.
    Green,
    /// What goes.
    Red,
    /// What changes.
    Yellow,
    /// What is replaced.
    Magenta,
    /// What is of less interest.
    Dim,
    /// A heading.
    Bold,
}

/// Puts text in colours, or not.
#[derive(Clone, Copy, Debug)]
pub struct Paint {
    /// Whether colours are shown.
    pub enabled: bool,
}

impl Paint {
    /// The text in a colour.
    pub fn text(self, color: Color, text: &str) -> String {
        if !self.enabled || text.is_empty() {
            return text.to_owned();
        }
        let code = match color {
            Color::Green => "32",
            Color::Red => "31",
            Color::Yellow => "33",
            Color::Magenta => "35",
            Color::Dim => "2",
            Color::Bold => "1",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }
}
