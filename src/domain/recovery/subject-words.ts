import { nounOf } from '#domain/difference'

/** `Attribute:table.column` of a loss as people say it: "column table.column". */
export function subjectWords(subject: string): string {
  const at = subject.indexOf(':')
  return at < 0 ? subject : `${nounOf(subject.slice(0, at))} ${subject.slice(at + 1)}`
}
