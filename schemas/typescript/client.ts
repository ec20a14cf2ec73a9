/**
 * Both sides of homeroom for programs in TypeScript: its HTTP answers, and events to publish.
 *
 * It needs `openapi-fetch`, and for events any client of Kafka: `recordOf` gives what kafkajs,
 * @confluentinc/kafka-javascript and @platformatic/kafka take as a message.
 */

import createClient, { type Client } from "openapi-fetch";
import { KEYS, TOPICS, type Events } from "./events.js";
import type { paths } from "./http.js";

export type { Events } from "./events.js";
export type { components, paths } from "./http.js";

/** The name of an event type, `exam.scheduled.v1`. */
export type EventType = keyof Events;

/** An event to publish. `sequence` is its number within its subject, from 1, without gaps. */
export interface Event<T extends EventType> {
  type: T;
  id: string;
  source: string;
  sequence: number | bigint;
  time: Date;
  data: Events[T];
}

/** A record of Kafka: CloudEvents in binary mode, with the subject as its key. */
export interface EventRecord {
  topic: string;
  key: string;
  value: string;
  headers: Record<string, string>;
}

/** A client of the HTTP side: `await homeroom.GET("/api/class-levels")` is typed by path. */
export function createHomeroom(baseUrl: string, token?: string): Client<paths> {
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  return createClient<paths>({ baseUrl, headers });
}

/** The subject of an event: the key fields of its data, joined by `/`. */
export function subjectOf<T extends EventType>(type: T, data: Events[T]): string {
  const fields: Record<string, unknown> = { ...data };
  return KEYS[type].map((name) => String(fields[name])).join("/");
}

/** The record that publishes an event; `topicPrefix` is the service's HOMEROOM_TOPIC_PREFIX. */
export function recordOf<T extends EventType>(event: Event<T>, topicPrefix = ""): EventRecord {
  const subject = subjectOf(event.type, event.data);
  return {
    topic: topicPrefix + TOPICS[event.type],
    key: subject,
    value: JSON.stringify(event.data),
    headers: {
      ce_specversion: "1.0",
      ce_id: event.id,
      ce_source: event.source,
      ce_type: event.type,
      ce_time: event.time.toISOString(),
      ce_subject: subject,
      ce_sequence: event.sequence.toString(),
      "content-type": "application/json",
    },
  };
}
