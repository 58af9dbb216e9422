import type { SupportArea } from './line.ts'
import { refused, served } from './line.ts'

export const odataSupport: SupportArea = {
  title: 'OData',
  lines: [
    served(
      '$select, $filter (comparisons, and/or/not, contains, startswith, endswith, In, one lookup deep), $orderby, $top, $count',
      'web-api C',
      'V',
    ),
    served('$expand of lookups, and of the values of an environment variable; $select inside', 'web-api C', 'V'),
    refused('$apply, fetchXml, savedQuery, lambda operators, arithmetic and other functions in $filter', 'web-api C', 'V'),
    served('Pages by odata.maxpagesize with nextLink and skiptoken; $top is ignored beside it', 'web-api C, facts-2 §1.8', 'V'),
    served('ETags, If-Match and If-None-Match', 'web-api C', 'V'),
    served('Annotations: formatted values of choices and lookups, lookuplogicalname, navigation property, error details', 'web-api C', 'V'),
    served('MSCRM.SolutionUniqueName on created and changed components', 'web-api A.3', 'V'),
    refused('$batch and $metadata', 'facts-2 §1.7', 'V'),
  ],
}
