/**
 * Whether a name has the form that the platform gives by itself to the CDS Default Publisher and its solution: `Cr` and five hex digits.
 * Observed in real exports: Crdc1db, Cre3e9e, Cr1b06f.
 */
export function isAutomaticName(uniqueName: string): boolean {
  return /^Cr[0-9a-f]{5}$/.test(uniqueName)
}

/** Whether a prefix has the form that the platform gives by itself: `cr` and three hex digits, at least one of them a digit (cr6c8, crc69). */
export function isAutomaticPrefix(prefix: string): boolean {
  return /^cr(?=[a-f]*\d)[0-9a-f]{3}$/.test(prefix)
}

/** Whether it is the publisher that comes with an organisation; its unique name ends with the name of the organisation. */
export function isOrganisationDefault(uniqueName: string): boolean {
  return /^DefaultPublisher/i.test(uniqueName)
}

/** The customisation prefix of a schema name, or undefined when it has none (`account`, `contact`). */
export function prefixOf(schemaName: string): string | undefined {
  return /^([a-z][a-z0-9]{1,7})_/i.exec(schemaName)?.[1]?.toLowerCase()
}
