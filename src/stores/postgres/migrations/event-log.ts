/**
 * Version 3: the log of events for programs outside. An accepted event is in `events_out` until one transaction after the other
 * gives events their positions: the number of a row is not its order of commit. `event_order` has one row, which locks the order.
 */
export const eventLog = `
  CREATE TABLE events_out (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at double precision NOT NULL,
    id text NOT NULL,
    team text NOT NULL,
    body text NOT NULL
  );
  CREATE TABLE event_log (
    position bigint PRIMARY KEY,
    at double precision NOT NULL,
    id text NOT NULL,
    team text NOT NULL,
    body text NOT NULL
  );
  CREATE TABLE event_order (last bigint NOT NULL) WITH (fillfactor = 20);
  INSERT INTO event_order VALUES (0);
  `;
