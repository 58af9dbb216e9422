/** What a record itself has under a name that came from outside: `constructor` and its like are in every object, and in no record. */
export function ownMember<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}
