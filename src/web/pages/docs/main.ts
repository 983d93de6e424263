import '../../styles.css';
import { createApp } from 'vue';
import DocsPage from './DocsPage.vue';

createApp(DocsPage).mount('#app');
