import type { z } from "zod";
import { EdgeError, type Issue } from "./edge_error.ts";

const MAX_ISSUES = 20;
const MAX_NAME_LENGTH = 60;
const KINDS: Readonly<Record<string, string>> = {
  array: "a list",
  boolean: "true or false",
  int: "a whole number",
  number: "a number",
  object: "an object",
  string: "a text",
};

/** What is wrong with parameters, in this shop's words: the library's own never leave the process. */
export function invalidParams(error: z.ZodError): EdgeError {
  const issues = error.issues.slice(0, MAX_ISSUES).map((issue): Issue => ({
    path: issue.path.join(".").slice(0, MAX_NAME_LENGTH),
    message: wordsFor(issue),
  }));
  return new EdgeError("invalid_request", { issues });
}

function wordsFor(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `It must be ${KINDS[issue.expected] ?? "something else"}`;
    case "too_small":
      return `It must be at least ${issue.minimum}${unitOf(issue.origin)}`;
    case "too_big":
      return `It must be at most ${issue.maximum}${unitOf(issue.origin)}`;
    case "unrecognized_keys":
      return `It has members that mean nothing here: ${issue.keys.join(", ").slice(0, MAX_NAME_LENGTH)}`;
    case "invalid_value":
      return `It must be one of ${issue.values.map(String).join(", ")}`;
    case "custom":
      return issue.message;
    default:
      return "It is not in the form that is expected";
  }
}

function unitOf(origin: string): string {
  if (origin === "string") return " characters long";
  return origin === "array" ? " items long" : "";
}
