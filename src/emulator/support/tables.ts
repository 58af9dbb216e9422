import type { SupportArea } from './line.ts'
import { refused, served } from './line.ts'

export const tablesSupport: SupportArea = {
  title: 'Tables and rows',
  lines: [
    served('Rows of imported custom tables, plain columns only; a deleted table or column takes its values along', 'facts-2 §8', 'U'),
    refused('Lookups, files and multi-choices in rows of custom tables', 'web-api C', 'V'),
    served('Columns of plain types made through EntityDefinitions(…)/Attributes', 'web-api A.3', 'V'),
    refused('Creating tables, relationships and choices through metadata', 'web-api A.3', 'V'),
  ],
}
