import type { SupportArea } from './line.ts'
import { partly, refused, served } from './line.ts'

export const flowsAndSettingsSupport: SupportArea = {
  title: 'Flows, connections and settings',
  lines: [
    served(
      'Deep errors of the flow service in 0x80060467: unbound reference, connection not usable, child never published',
      'facts-2 §3.3',
      '3',
    ),
    served(
      'A flow that uses an unknown custom connector stays off (InvalidOpenApiFlow); one without a definition too (0x80060468)',
      'facts-2 §3.3',
      '3',
    ),
    served('The definition of a flow that is on cannot be changed (0x80060466)', 'facts-2 §1.5', 'V'),
    served('Classic processes are switched by their owner, and by nobody where unmanaged customizations are blocked', 'facts-2 §6.4', 'V'),
    served('Unmanaged flows and connection references can be deleted unless something needs them', 'facts-2 §8', 'U'),
    served('A flow may be turned on when each reference is bound to a connection that the caller owns or was given', 'facts-2 §3.2', 'V'),
    partly(
      'Connectivity API with tokens of the Power Platform API: connections, permissions, modifyPermissions; a list shows the view of the caller',
      { missing: 'tokens of the environment open it too; what CanViewWithShare and CanEdit allow is taken from their names' },
      'facts-2 §3.1',
      'V',
    ),
    served('A new cloud flow is off after an import, whatever PublishWorkflows says; classic workflows follow it', 'facts-2 §0', 'V'),
    served('A new flow belongs to the importing identity; an update keeps owner and state', 'facts-2 §3.4', 'U'),
    served(
      'Sources disagree whether a new flow tries the state that it was exported with: off here, unless a switch of the environment says so',
      'release-facts §5',
      'U',
    ),
    partly(
      'Who gives a flow away stays its co-owner (principalobjectaccess)',
      { missing: 'what a licence of the new owner changes; the rights of a co-owner are unverified' },
      'facts-2 §3.4',
      'V',
    ),
    refused('Making cloud flows by POST: they arrive by import', 'facts-2 §3.4', 'V'),
    served('An administrator sees all connections of an environment; the address is unverified', 'facts-2 §3.1', 'U'),
    refused('The list of connectors with their tiers', 'release-facts §4.1', 'V'),
    served('Connections are shared only with service principals; a share of one that is gone shows no name', 'facts-2 §3.1', 'V'),
    served(
      'A connection made without credentials is in error until it gets some, and then no flow can be turned on by it',
      'facts-2 §3.1',
      'U',
    ),
    served(
      'Connections bound through ComponentParameters make no layer; a later PATCH makes one that hides the next binding',
      'facts-2 §6.1',
      'V',
    ),
    served('An import fails with ConnectionNotFound when its identity may not see a connection that it binds', 'facts-2 §3.1', '3'),
    served('Values set at import are unmanaged rows, by design', 'facts-2 §4', 'V'),
    served('A packaged value is taken only where the environment has none', 'web-api H', 'U'),
    served('Apps and flows see a new value an hour after it was saved, and keep the last one when it is deleted', 'facts-2 §4', 'V'),
    served('RetrieveEnvironmentVariableValue gives the current value at once; the name of its parameter is unverified', 'facts-2 §4', 'U'),
    served('No value is checked against the type of its variable', 'facts-2 §4', 'V'),
    served(
      'A secret is the path of a vault entry, also its default; who saves or imports it, and Dataverse itself, must be allowed to read that (simulated vaults)',
      'facts-2 §4',
      'V',
    ),
    served('Data source variables with one value where they were exported get one value, whatever the import says', 'facts-2 §4', 'V'),
    served('An unmanaged definition is absorbed by a managed import; an uninstall deletes it, with its value', 'facts-2 §4', 'V'),
  ],
}
