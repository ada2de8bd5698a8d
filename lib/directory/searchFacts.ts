/** Turns a search into a fact: a failure is unknown, and a missing object is empty. */
import { type Fact, unknown } from "../facts";
import type { Search, Server } from "./client";
import { DirectoryFailure } from "./failure";

/** Searches below an object that may be absent: its absence is an empty answer. */
export async function searchIfThere(server: Server, search: Search): ReturnType<Server["search"]> {
  try {
    return await server.search(search);
  } catch (error) {
    if (error instanceof DirectoryFailure && error.kind === "absent") {
      return [];
    }
    throw error;
  }
}

/** Runs a reading; a failure becomes an unknown fact with its reason. */
export async function factOf<T>(
  source: string,
  read: (source: string) => Promise<Fact<T>>,
): Promise<Fact<T>> {
  try {
    return await read(source);
  } catch (error) {
    if (error instanceof DirectoryFailure) {
      return unknown(error.message, source);
    }
    throw error;
  }
}
