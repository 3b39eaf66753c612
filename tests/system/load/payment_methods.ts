/** Of the simulated provider: quick, slow, silent, repetitive, unwilling. */
export const PAYMENT_METHODS = [
  "card",
  "card",
  "invoice",
  "test_slow",
  "test_decline",
  "test_decline_capture",
  "test_timeout_done",
  "test_timeout_lost",
  "test_timeout_late",
  "test_twice",
];
