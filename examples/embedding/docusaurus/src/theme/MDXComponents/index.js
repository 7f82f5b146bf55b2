// Code fences with a live language become machines. As elements of React's own, so that they come and go with its pages.
import Original from '@theme-original/MDXComponents';

function Live({ kind, query, text }) {
  const given = Object.fromEntries(new URLSearchParams(query));
  if (kind === 'a64')
    return (
      <dormouse-vm panels="editor console" height="320" {...given}>
        <pre data-a64="">{text}</pre>
      </dormouse-vm>
    );
  const typed = text.split('\n').flatMap((line) => /^(?:\$|#|lab>) (.*)$/.exec(line)?.[1] ?? []);
  const type = typed.map((line) => `${line.replaceAll('\\', '\\\\')}\\n`).join('');
  return (
    <dormouse-vm guest={/^lab> /m.test(text) ? 'lab' : 'debian'} type={type} height="320" {...given}>
      <pre>{text}</pre>
    </dormouse-vm>
  );
}

function Pre(props) {
  const { className = '', children } = props.children?.props ?? {};
  const found = /language-(a64|console)-live(?:\?(\S*))?/.exec(className);
  if (!found) return <Original.pre {...props} />;
  return <Live kind={found[1]} query={found[2] ?? ''} text={String(children)} />;
}

export default { ...Original, pre: Pre };
