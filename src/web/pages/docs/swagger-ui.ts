import { address } from '../../api.ts';

type SwaggerUi = (options: Record<string, unknown>) => unknown;

const file = (name: string) => address(`docs/static/${name}`);

function loaded(element: HTMLLinkElement | HTMLScriptElement): Promise<void> {
  return new Promise((resolve, reject) => {
    element.onload = () => resolve();
    element.onerror = () => reject(new Error('The files of Swagger UI do not load. Load the page again.'));
    document.head.append(element);
  });
}

/** Shows the OpenAPI document in the element. Loads Swagger UI (2 MB) from this server on demand. */
export async function showApi(element: HTMLElement): Promise<void> {
  const style = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: file('swagger-ui.css') });
  const script = Object.assign(document.createElement('script'), { src: file('swagger-ui-bundle.js') });
  await Promise.all([loaded(style), loaded(script)]);
  const { SwaggerUIBundle } = window as unknown as { SwaggerUIBundle: SwaggerUi };
  SwaggerUIBundle({
    url: address('openapi.json'),
    domNode: element,
    deepLinking: true,
    // The default sends the document to swagger.io for validation.
    validatorUrl: null,
    // Hides the list of schemas below the routes.
    defaultModelsExpandDepth: -1,
  });
}
