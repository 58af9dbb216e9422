import type { SupportArea } from './line.ts'
import { refused } from './line.ts'

export const adminPlaneSupport: SupportArea = {
  title: 'Administration of environments',
  lines: [refused('Lists, creation, deletion, copy, backup and restore of environments', 'web-api F', 'V')],
}
