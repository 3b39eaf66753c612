/** Hears of processes on its standard input; when that ends, so do they, and what they have started. */
const SCRIPT = `
trap '' HUP INT TERM
alive=' '
while read -r sign pid; do
  case $sign in
    +) alive="$alive$pid " ;;
    -) alive="\${alive%% $pid *} \${alive#* $pid }" ;;
  esac
done
for pid in $alive; do
  kill -9 $pid $(cat /proc/$pid/task/*/children 2>/dev/null)
done 2>/dev/null
`;

let writer: WritableStreamDefaultWriter<Uint8Array> | undefined;

/**
 * Has a process ended should this one end without doing so itself, however that comes about: a small shell waits for
 * it. Call what is returned as soon as the process has ended by itself, before its pid can be another's.
 */
export function guard(pid: number): () => void {
  tell(`+ ${pid}`);
  return () => tell(`- ${pid}`);
}

function tell(line: string): void {
  writer ??= startWarden();
  // It is gone when somebody has ended it: then the processes are on their own.
  writer.write(new TextEncoder().encode(`${line}\n`)).catch(() => {});
}

function startWarden(): WritableStreamDefaultWriter<Uint8Array> {
  const warden = new Deno.Command("sh", {
    args: ["-c", SCRIPT],
    stdin: "piped",
    stdout: "null",
    stderr: "null",
    detached: true,
  }).spawn();
  warden.unref();
  return warden.stdin.getWriter();
}
