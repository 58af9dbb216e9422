import type { SupportArea } from './line.ts'
import { refused, served } from './line.ts'

export const flowsAndSettingsSupport: SupportArea = {
  title: 'Flows, connections and settings',
  lines: [
    served(
      'Deep errors of the flow service in 0x80060467: unbound reference, connection not usable, child never published',
      'facts-2 §3.3',
      '3',
    ),
    served('A flow may be turned on when each reference is bound to a connection that the caller owns or was given', 'facts-2 §3.2', 'V'),
    served('Connectivity API: connections, permissions, modifyPermissions; a list shows the view of the caller', 'facts-2 §3.1', 'V'),
    served('A new cloud flow is off after an import, whatever PublishWorkflows says; classic workflows follow it', 'facts-2 §0', 'V'),
    served('A new flow belongs to the importing identity; an update keeps owner and state', 'facts-2 §3.4', 'U'),
    served(
      'Connections bound through ComponentParameters make no layer; a later PATCH makes one that hides the next binding',
      'facts-2 §6.1',
      'V',
    ),
    served('An import fails with ConnectionNotFound when its identity may not see a connection that it binds', 'facts-2 §3.1', '3'),
    served('Values set at import are unmanaged rows, by design', 'facts-2 §4', 'V'),
    served('A packaged value is taken only where the environment has none', 'web-api H', 'U'),
    refused('Secrets of variables are not looked up in a key vault', 'facts-2 §4', 'V'),
  ],
}
