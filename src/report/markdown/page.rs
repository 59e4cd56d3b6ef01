//! A text that never grows beyond a number of characters.

/// What is written, and how many characters may still be added.
pub(super) struct Page {
    text: String,
    room: usize,
}

impl Page {
    /// An empty page with room for so many characters.
    pub(super) fn of(room: usize) -> Self {
        Page { text: String::new(), room }
    }

    /// How many characters may still be added.
    pub(super) fn room(&self) -> usize {
        self.room
    }

    /// Adds a block, whole or not at all; whether there was room.
    pub(super) fn add(&mut self, block: &str) -> bool {
        let Some(room) = self.room.checked_sub(size(block)) else { return false };
        self.room = room;
        self.text.push_str(block);
        true
    }

    /// The text, with a last word for which room was kept beforehand.
    pub(super) fn finish(mut self, last: &str) -> String {
        self.text.push_str(last);
        self.text
    }
}

/// The size of a text: characters of Unicode.
pub(super) fn size(text: &str) -> usize {
    text.chars().count()
}
