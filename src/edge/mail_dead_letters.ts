/** With what the ids of dead letters begin that came by mail. Their senders alone have what is needed to send them again. */
export const MAIL_DEAD_LETTERS = "mail_";
