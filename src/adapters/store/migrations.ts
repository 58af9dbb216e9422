/** The lesser role: it reads everything, adds to the ledger, and owns the contents of read models. Logins are members of it. */
export const appRole = 'drover_app'

export interface Migration {
  readonly name: string
  readonly sql: string
}

/** Forward only and never edited once released: a change is a new entry at the end. Run as owner, in this order, each once. */
export const migrations: readonly Migration[] = [
  {
    name: '0001-ledger',
    sql: `
CREATE TABLE drover.ledger (
  sequence       bigint  PRIMARY KEY CHECK (sequence > 0),
  stream         text    NOT NULL,
  stream_version integer NOT NULL CHECK (stream_version > 0),
  type           text    NOT NULL,
  -- json, not jsonb: it keeps the text as it was written
  data           json    NOT NULL,
  key            text,
  at             text    NOT NULL,
  actor          text    NOT NULL,
  previous_hash  text    NOT NULL CHECK (length(previous_hash) = 64),
  hash           text    NOT NULL CHECK (length(hash) = 64),
  UNIQUE (stream, stream_version),
  UNIQUE (stream, key)
);

CREATE FUNCTION drover.refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  RAISE EXCEPTION 'the ledger is append-only: % refused', TG_OP USING ERRCODE = 'restrict_violation';
END $body$;
CREATE TRIGGER ledger_is_append_only BEFORE UPDATE OR DELETE ON drover.ledger
  FOR EACH ROW EXECUTE FUNCTION drover.refuse_ledger_change();
CREATE TRIGGER ledger_is_never_emptied BEFORE TRUNCATE ON drover.ledger
  FOR EACH STATEMENT EXECUTE FUNCTION drover.refuse_ledger_change();

CREATE FUNCTION drover.require_next_link() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE head record;
BEGIN
  SELECT sequence, hash INTO head FROM drover.ledger ORDER BY sequence DESC LIMIT 1;
  IF NEW.sequence <> coalesce(head.sequence, 0) + 1 OR NEW.previous_hash <> coalesce(head.hash, repeat('0', 64)) THEN
    RAISE EXCEPTION 'entry % does not continue the ledger after entry %', NEW.sequence, coalesce(head.sequence, 0)
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $body$;
CREATE TRIGGER ledger_has_no_gaps BEFORE INSERT ON drover.ledger
  FOR EACH ROW EXECUTE FUNCTION drover.require_next_link();

CREATE TABLE drover.read_model (
  kind             text   NOT NULL,
  id               text   NOT NULL,
  document         json   NOT NULL,
  created_sequence bigint NOT NULL,
  updated_sequence bigint NOT NULL,
  PRIMARY KEY (kind, id)
);
CREATE INDEX read_model_newest ON drover.read_model (kind, created_sequence DESC);

GRANT USAGE ON SCHEMA drover TO ${appRole};
GRANT SELECT, INSERT ON drover.ledger TO ${appRole};
GRANT SELECT, INSERT, UPDATE, DELETE ON drover.read_model TO ${appRole};
`,
  },
  {
    name: '0002-read-model-summaries',
    sql: `
ALTER TABLE drover.read_model ADD COLUMN summary jsonb NOT NULL DEFAULT '{}';
-- what the queries look up by; every other lookup is right too, but reads more rows than it returns
CREATE INDEX read_model_by_state ON drover.read_model (kind, (summary->>'state'), created_sequence DESC);
CREATE INDEX read_model_by_solution ON drover.read_model (kind, (summary->>'solutionKey'), created_sequence DESC);
CREATE INDEX read_model_by_digest ON drover.read_model (kind, (summary->>'digest'), created_sequence DESC);
CREATE INDEX read_model_by_stage ON drover.read_model (kind, (summary->>'pipelineId'), (summary->>'stageId'), created_sequence DESC);

-- which projections folded the documents; no row: older ones than any that told
CREATE TABLE drover.read_model_version (
  is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  version text    NOT NULL
);
GRANT SELECT, INSERT, UPDATE ON drover.read_model_version TO ${appRole};
`,
  },
  {
    name: '0003-read-model-tags',
    sql: `
-- tags that could not be set are few and looked for every second
CREATE INDEX read_model_by_tag_state ON drover.read_model ((summary->>'tagState')) WHERE summary->>'tagState' IS NOT NULL;
`,
  },
  {
    name: '0004-observed-parts',
    sql: `
-- what was read of environments, so that the next observation asks only for what changed; all of it can be read again
CREATE TABLE drover.observed_part (
  lane    text NOT NULL,
  key     text NOT NULL,
  stamp   text NOT NULL,
  read_at text NOT NULL,
  content json NOT NULL,
  PRIMARY KEY (lane, key)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON drover.observed_part TO ${appRole};
`,
  },
  {
    name: '0005-person-details',
    sql: `
-- who people are; the ledger knows them by id, so what stands here can be deleted without breaking its chain
CREATE TABLE drover.person_detail (
  person_id  text NOT NULL,
  commitment text NOT NULL,
  salt       text NOT NULL,
  name       text NOT NULL,
  subject    text,
  PRIMARY KEY (person_id, commitment)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON drover.person_detail TO ${appRole};

CREATE TABLE drover.token_use (
  token_id text PRIMARY KEY,
  used_at  text NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON drover.token_use TO ${appRole};
`,
  },
  {
    name: '0006-notifications',
    sql: `
-- how far the ledger was read for each channel, and what is to be told there; without texts, which are made from the ledger when they go out
CREATE TABLE drover.notification_position (
  channel  text PRIMARY KEY,
  sequence bigint NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON drover.notification_position TO ${appRole};

CREATE TABLE drover.notification (
  channel  text    NOT NULL,
  sequence bigint  NOT NULL,
  topic    text    NOT NULL,
  added_at text    NOT NULL,
  tries    integer NOT NULL,
  state    text    NOT NULL,
  due_at   text    NOT NULL,
  sent_at  text,
  failure  text,
  PRIMARY KEY (channel, sequence)
);
CREATE INDEX notification_due ON drover.notification (channel, due_at) WHERE state = 'due';
GRANT SELECT, INSERT, UPDATE, DELETE ON drover.notification TO ${appRole};
`,
  },
]
