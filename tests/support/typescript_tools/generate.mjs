// Makes http.ts of an OpenAPI document and events.ts of the events' JSON Schemas.
//
// node generate.mjs OPENAPI EVENTS_FOLDER OUT_FOLDER

import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compile } from "json-schema-to-typescript";
import openapiTS, { astToString } from "openapi-typescript";

const [openapi, folder, out] = process.argv.slice(2);
const read = (path) => JSON.parse(readFileSync(path, "utf-8"));
const className = (type) =>
  type.split(/[._-]/).map((word) => word[0].toUpperCase() + word.slice(1)).join("");

writeFileSync(join(out, "http.ts"), astToString(await openapiTS(read(openapi))));

const schemas = readdirSync(folder)
  .filter((name) => name.endsWith(".json"))
  .sort()
  .map((name) => read(join(folder, name)));
const properties = {};
for (const { $schema, $id, title, "x-homeroom": about, ...schema } of schemas) {
  properties[title] = { ...schema, title: className(title) };
}
const types = await compile(
  {
    title: "Events",
    description: "The data of every event type, by its name.",
    type: "object",
    properties,
    required: Object.keys(properties),
  },
  "Events",
  { additionalProperties: false, bannerComment: "", ignoreMinAndMaxItems: true },
);
const constant = (name, comment, value) =>
  `\n/** ${comment} */\nexport const ${name} = ${JSON.stringify(value, null, 2)} as const;\n`;
const by = (value) => Object.fromEntries(schemas.map((s) => [s.title, value(s["x-homeroom"])]));
writeFileSync(
  join(out, "events.ts"),
  types +
    constant("TOPICS", "The topic of each event type.", by((about) => about.topic)) +
    constant(
      "KEYS",
      "The fields of each event type that make its subject, in their order.",
      by((about) => about.subject.split("/")),
    ),
);
