import { makeStyles, tokens } from '@fluentui/react-components'

const useStyles = makeStyles({
  brand: { display: 'inline-flex', alignItems: 'center', gap: '10px', fontSize: '18px', fontWeight: 600, letterSpacing: '-0.01em' },
  word: { color: tokens.colorNeutralForeground1 },
})

/** The sign and the name. */
export function Brand() {
  const styles = useStyles()
  return (
    <span className={styles.brand}>
      <svg width="28" height="28" viewBox="0 0 32 32" aria-hidden="true">
        <rect width="32" height="32" rx="7" fill="#0f6a5d" />
        <path d="M7 16h12m-5-6 6 6-6 6" fill="none" stroke="white" strokeWidth="3" strokeLinecap="round" strokeLinejoin="round" />
        <circle cx="25" cy="16" r="2" fill="white" />
      </svg>
      <span className={styles.word}>Drover</span>
    </span>
  )
}
