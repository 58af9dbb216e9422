const prefix = 'DroverTransport_'

/** Name of the solution in which a change is carried out of an environment; made from the work's id, so that what a killed worker left is found. */
export function transportName(workId: string): string {
  return `${prefix}${workId.replaceAll(/[^A-Za-z0-9]/g, '')}`
}

/** Whether a solution was made by Drover to carry changes, and can go when no work of its name is under way. */
export function isOwnTransport(uniqueName: string): boolean {
  return uniqueName.startsWith(prefix)
}
