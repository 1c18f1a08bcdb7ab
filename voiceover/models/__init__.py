"""The networks and the mel analysis they share. torch lives here."""
