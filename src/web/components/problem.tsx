import { MessageBar, MessageBarBody, MessageBarTitle } from '@fluentui/react-components'
import { toRefusal } from '../api.ts'
import { Sentence } from './sentence.tsx'

/** What went wrong, why, and what to do next. */
export function Problem({ error }: { readonly error: unknown }) {
  const refusal = toRefusal(error)
  return (
    <MessageBar intent="error" layout="multiline" role="alert">
      <MessageBarBody>
        <MessageBarTitle>
          <Sentence>{refusal.message}</Sentence>
        </MessageBarTitle>
        {refusal.reasons.length > 0 && (
          <ul style={{ margin: '4px 0', paddingInlineStart: 20 }}>
            {refusal.reasons.map((reason) => (
              <li key={`${reason.subject} ${reason.message}`}>
                <strong>{reason.subject}</strong>: <Sentence>{reason.message}</Sentence>
              </li>
            ))}
          </ul>
        )}
        {refusal.hint !== '' && (
          <div>
            <Sentence>{refusal.hint}</Sentence>
          </div>
        )}
        <div style={{ opacity: 0.8 }}>Code: {refusal.code}</div>
      </MessageBarBody>
    </MessageBar>
  )
}
