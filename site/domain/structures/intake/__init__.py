"""The intake: structures, invoices and status changes told by Chorus Pro or an operator."""
