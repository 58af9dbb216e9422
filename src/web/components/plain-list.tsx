import { makeStyles } from '@fluentui/react-components'
import type { ReactNode } from 'react'

const useStyles = makeStyles({
  list: { listStyleType: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column', gap: '16px', overflowWrap: 'anywhere' },
})

/** Things one below the other, each an `li`. */
export function PlainList({ label, children }: { readonly label?: string; readonly children: ReactNode }) {
  const styles = useStyles()
  return (
    <ul className={styles.list} {...(label === undefined ? {} : { 'aria-label': label })}>
      {children}
    </ul>
  )
}
